// The interactive page of the REST API: Swagger UI, with what it lacks to be read by everybody.
import "../css/rest.css";

// Its title stands outside of every landmark, and its headings go from the first level to the third.
const withLandmarks = ({ React: { createElement } }) => ({
  wrapComponents: {
    InfoContainer: (Info) => (properties) =>
      createElement(
        "div",
        { role: "banner" }, // a header would be one only outside of the section around it
        createElement(Info, properties),
        createElement("h2", { className: "wrapper" }, "Operations"),
      ),
  },
});

addEventListener("DOMContentLoaded", () => {
  SwaggerUIBundle({
    url: "openapi.json",
    dom_id: "#swagger-ui",
    // Its deep links are links within buttons, which a keyboard cannot tell apart.
    deepLinking: false,
    validatorUrl: null,
    syntaxHighlight: false, // in colours that few can read
    plugins: [withLandmarks],
  });
});
