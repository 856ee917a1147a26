import store


def show(project, id):
    issue = store.find(id)
    return (404, issue and None)
