"""Chinese: a month without a leading nought, as in the dates that Django writes with their year."""

MONTH_DAY_FORMAT = "n月j日"
