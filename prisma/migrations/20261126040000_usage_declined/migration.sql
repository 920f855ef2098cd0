-- What a person declined was kept as "blocked", with this sentence and no other.
UPDATE "UsageEvent" SET "outcome" = 'declined' WHERE "outcome" = 'blocked' AND "diagnostic" = 'A person was asked first and did not agree.';
