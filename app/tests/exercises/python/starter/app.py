import store


def show(project, id):
    issue = store.find(id)
    return (200, issue["text"]) if issue else (404, None)
