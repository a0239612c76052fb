-- Whether the gateway has told the whole of what it serves since it registered: what it has not named by then it cannot serve.
ALTER TABLE gateway ADD COLUMN told boolean NOT NULL DEFAULT false;

-- A gateway reads nothing before it has told the whole, and what it has told is here.
UPDATE gateway SET told = true WHERE id IN (SELECT gateway FROM gateway_report);
