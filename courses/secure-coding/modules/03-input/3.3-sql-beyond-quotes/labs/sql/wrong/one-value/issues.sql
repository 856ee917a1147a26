-- :project  the number of the project, already checked
-- ids       numbers with commas between them: 11,13
-- sort      title, state or opened_on
-- direction asc or desc
SELECT id, title, state, opened_on
  FROM issues
 WHERE project_id = :project
   AND id IN (:ids)
 ORDER BY
       CASE WHEN :direction = 'asc' THEN
         CASE :sort WHEN 'title' THEN title WHEN 'state' THEN state WHEN 'opened_on' THEN opened_on END
       END ASC,
       CASE WHEN :direction = 'desc' THEN
         CASE :sort WHEN 'title' THEN title WHEN 'state' THEN state WHEN 'opened_on' THEN opened_on END
       END DESC,
       id
