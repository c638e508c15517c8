CREATE TABLE exports (
	path TEXT NOT NULL, 
	site TEXT NOT NULL, 
	section_id TEXT NOT NULL, 
	keep_duplicates INTEGER NOT NULL, 
	sequence BIGINT NOT NULL, 
	size BIGINT NOT NULL, 
	PRIMARY KEY (path, site, section_id, keep_duplicates)
);
CREATE TABLE named (
	site TEXT NOT NULL, 
	section_id TEXT NOT NULL, 
	article_id BIGINT NOT NULL, 
	date_published TEXT, 
	missing_since TEXT, 
	missing_run BIGINT, 
	gone INTEGER NOT NULL, 
	PRIMARY KEY (site, section_id, article_id)
);
CREATE TABLE revisions (
	id BIGSERIAL NOT NULL, 
	site TEXT NOT NULL, 
	article_id BIGINT NOT NULL, 
	digest TEXT NOT NULL, 
	first_seen TEXT NOT NULL, 
	last_seen TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE INDEX revisions_by_article ON revisions (site, article_id);
CREATE TABLE runs (
	id BIGSERIAL NOT NULL, 
	site TEXT NOT NULL, 
	section_id TEXT NOT NULL, 
	spider TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	started_at TEXT NOT NULL, 
	ended_at TEXT, 
	outcome TEXT, 
	counts JSON, 
	report JSON, 
	job TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE schema_version (
	version INTEGER NOT NULL
);
CREATE TABLE sections (
	site TEXT NOT NULL, 
	section_id TEXT NOT NULL, 
	completed_at TEXT NOT NULL, 
	PRIMARY KEY (site, section_id)
);
CREATE TABLE articles (
	site TEXT NOT NULL, 
	id BIGINT NOT NULL, 
	url TEXT NOT NULL, 
	section_id TEXT NOT NULL, 
	section TEXT, 
	breadcrumbs JSON NOT NULL, 
	title TEXT NOT NULL, 
	subtitle TEXT, 
	editor TEXT, 
	byline TEXT, 
	authors JSON NOT NULL, 
	source_name TEXT, 
	source_url TEXT, 
	date_published TEXT NOT NULL, 
	date_published_raw TEXT NOT NULL, 
	date_modified TEXT, 
	date_modified_raw TEXT, 
	body_html TEXT NOT NULL, 
	body_text TEXT NOT NULL, 
	body_markdown TEXT NOT NULL, 
	images JSON NOT NULL, 
	attachments JSON NOT NULL, 
	word_count INTEGER NOT NULL, 
	language TEXT NOT NULL, 
	views BIGINT, 
	previous_id BIGINT, 
	next_id BIGINT, 
	content_hash TEXT NOT NULL, 
	duplicate_of BIGINT, 
	date_removed TEXT, 
	fetched_at TEXT NOT NULL, 
	revision_id BIGINT NOT NULL, 
	first_sequence BIGINT NOT NULL, 
	sequence BIGINT NOT NULL, 
	PRIMARY KEY (site, id), 
	FOREIGN KEY(revision_id) REFERENCES revisions (id)
);
CREATE INDEX articles_by_content ON articles (site, content_hash);
CREATE INDEX articles_by_section ON articles (site, section_id, id, date_published, date_removed);
CREATE INDEX articles_by_sequence ON articles (site, sequence);
CREATE TABLE pages (
	revision_id BIGINT NOT NULL, 
	url TEXT NOT NULL, 
	body BYTEA NOT NULL, 
	fetched_at TEXT NOT NULL, 
	etag TEXT, 
	last_modified TEXT, 
	PRIMARY KEY (revision_id), 
	FOREIGN KEY(revision_id) REFERENCES revisions (id)
);
CREATE TABLE authors (
	site TEXT NOT NULL, 
	article_id BIGINT NOT NULL, 
	position INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	PRIMARY KEY (site, article_id, position), 
	FOREIGN KEY(site, article_id) REFERENCES articles (site, id)
);
CREATE INDEX ix_authors_name ON authors (name);
CREATE TABLE removals (
	id BIGSERIAL NOT NULL, 
	site TEXT NOT NULL, 
	article_id BIGINT NOT NULL, 
	removed_on TEXT NOT NULL, 
	returned_on TEXT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(site, article_id) REFERENCES articles (site, id)
);
CREATE TABLE views (
	site TEXT NOT NULL, 
	article_id BIGINT NOT NULL, 
	seen_at TEXT NOT NULL, 
	views BIGINT NOT NULL, 
	PRIMARY KEY (site, article_id, seen_at), 
	FOREIGN KEY(site, article_id) REFERENCES articles (site, id)
);
