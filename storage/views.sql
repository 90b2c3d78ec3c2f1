-- The stable face of the archive: analysts query these, the tables below them may change.
-- Both databases run this file; the words in ${…} are the only ones they spell differently
-- (VIEW_WORDS in sqlite.py and postgresql.py). Views hold no data, so every migration makes them afresh.

CREATE VIEW article_list AS
SELECT
    articles.id,
    ${day} AS day,
    articles.published_at,
    articles.section,
    articles.kicker,
    articles.title,
    articles.subtitle,
    sources.name AS source,
    (
        SELECT ${join_texts}(credited.name, '、')
        FROM (
            SELECT contributors.name
            FROM contributors
            WHERE contributors.article_id = articles.id
            GROUP BY contributors.name
            ORDER BY min(contributors.position)
        ) AS credited
    ) AS contributors,
    articles.char_count,
    (SELECT count(*) FROM copies WHERE copies.article_id = articles.id) AS copies,
    articles.url
FROM articles
LEFT JOIN sources ON sources.id = articles.source_id;

-- An article without a date counts under a NULL day, so that the counts add up to the archive.
CREATE VIEW daily_counts AS
SELECT ${day} AS day, articles.section, count(*) AS articles
FROM articles
GROUP BY 1, 2;

CREATE VIEW source_counts AS
SELECT sources.name AS source, count(*) AS articles, min(${day}) AS first_day, max(${day}) AS last_day
FROM articles
LEFT JOIN sources ON sources.id = articles.source_id
GROUP BY 1;

CREATE VIEW section_counts AS
SELECT articles.section, count(*) AS articles, min(${day}) AS first_day, max(${day}) AS last_day
FROM articles
GROUP BY 1;

-- Who writes and photographs one article counts once.
CREATE VIEW contributor_counts AS
SELECT
    contributors.name,
    count(DISTINCT articles.id) AS articles,
    min(${day}) AS first_day,
    max(${day}) AS last_day
FROM contributors
JOIN articles ON articles.id = contributors.article_id
GROUP BY 1;

-- One row a finding; a run without findings has one row with its outcome as the verdict.
CREATE VIEW run_health AS
SELECT
    runs.id AS run_id,
    runs.started_at,
    coalesce(findings.verdict, runs.outcome) AS verdict,
    findings.finding,
    findings.old,
    findings.new,
    findings.sample_url
FROM runs
LEFT JOIN findings ON findings.run_id = runs.id;

-- Counted on what was read in the run, revisions included: what a changed page layout spoils shows here.
CREATE VIEW field_coverage AS
SELECT run_id, field, sum(is_stated) AS stated, count(*) AS articles
FROM (
    SELECT run_id, 'section' AS field, CASE WHEN section IS NULL THEN 0 ELSE 1 END AS is_stated
    FROM revisions WHERE cause = 'site'
    UNION ALL
    SELECT run_id, 'kicker', CASE WHEN kicker IS NULL THEN 0 ELSE 1 END
    FROM revisions WHERE cause = 'site'
    UNION ALL
    SELECT run_id, 'subtitle', CASE WHEN subtitle IS NULL THEN 0 ELSE 1 END
    FROM revisions WHERE cause = 'site'
    UNION ALL
    SELECT run_id, 'published_at', CASE WHEN published_at IS NULL THEN 0 ELSE 1 END
    FROM revisions WHERE cause = 'site'
    UNION ALL
    SELECT run_id, 'source', CASE WHEN source IS NULL THEN 0 ELSE 1 END
    FROM revisions WHERE cause = 'site'
    UNION ALL
    SELECT run_id, 'contributors', CASE WHEN contributors = '[]' THEN 0 ELSE 1 END
    FROM revisions WHERE cause = 'site'
    UNION ALL
    SELECT run_id, 'attachments', CASE WHEN attachments = '[]' THEN 0 ELSE 1 END
    FROM revisions WHERE cause = 'site'
    UNION ALL
    SELECT run_id, 'body', CASE WHEN body = '' THEN 0 ELSE 1 END
    FROM revisions WHERE cause = 'site'
) AS readings
WHERE run_id IS NOT NULL
GROUP BY run_id, field;
