-- Headers of answers that a service lets pass although they concern the whole host.
ALTER TABLE route_document ADD COLUMN host_headers text[] NOT NULL DEFAULT '{}';
