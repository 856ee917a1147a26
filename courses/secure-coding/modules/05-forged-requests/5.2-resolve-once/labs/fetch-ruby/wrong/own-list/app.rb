module App
  INNER = /\A(127|10|192\.168|169\.254)\./

  # The page that a user asked a preview of.
  def self.preview(url)
    4.times do
      host, path = Web.split(url)
      address = Web.resolve(host)
      raise Web::Refused, "inner address" if address.match?(INNER)

      answer = Web.ask(address, host, path)
      return answer.body unless answer.location

      url = Web.join(url, answer.location)
    end
    raise Web::Refused, "too many redirects"
  end
end
