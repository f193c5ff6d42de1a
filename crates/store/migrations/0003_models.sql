-- What language models cost, per day, person and provider.
CREATE TABLE model_usage (
  day TEXT NOT NULL,
  user_name TEXT NOT NULL,
  provider TEXT NOT NULL,
  answers INTEGER NOT NULL,
  input INTEGER NOT NULL,
  output INTEGER NOT NULL,
  money REAL NOT NULL,
  PRIMARY KEY (day, user_name, provider)
);
