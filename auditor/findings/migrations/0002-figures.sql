-- What a form says of its money and its score, in 万元 and points, so that trends need no files.
ALTER TABLE forms ADD COLUMN full_year_budget DECIMAL(38, 6);
ALTER TABLE forms ADD COLUMN executed DECIMAL(38, 6);
ALTER TABLE forms ADD COLUMN total_score DECIMAL(18, 6);
ALTER TABLE findings ADD COLUMN points DECIMAL(18, 6);  -- of the score, at stake
ALTER TABLE findings ADD COLUMN amount DECIMAL(38, 6);  -- 万元 at stake
