"""A class to look at: invented people, and three weeks of attempts that are really graded."""
