module App
  # The page that a user asked a preview of.
  def self.preview(url)
    host, path = Web.split(url)
    address = Web.resolve(host)
    raise Web::Refused, "inner address" if Web.inner?(address)

    answer = Web.ask(address, host, path)
    return Web.get(Web.join(url, answer.location)).body if answer.location

    answer.body
  end
end
