import store


def show(project, id):
    issue = store.find(id)
    if issue and issue["project"] != project:
        return 403, None
    return (200, issue["text"]) if issue else (404, None)
