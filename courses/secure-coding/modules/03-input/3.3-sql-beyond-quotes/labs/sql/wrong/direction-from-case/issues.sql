-- :project  the number of the project, already checked
-- ids       numbers with commas between them: 11,13
-- sort      title, state or opened_on
-- direction asc or desc
SELECT id, title, state, opened_on
  FROM issues
 WHERE project_id = :project
   AND id IN (SELECT value FROM json_each('[' || :ids || ']'))
 ORDER BY
       CASE :sort WHEN 'title' THEN title WHEN 'state' THEN state WHEN 'opened_on' THEN opened_on END
       CASE WHEN :direction = 'desc' THEN DESC ELSE ASC END,
       id
