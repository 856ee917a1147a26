module App
  INNER = /\A(127|10|192\.168|169\.254)\./

  # The page that a user asked a preview of.
  def self.preview(url)
    host, _path = Web.split(url)
    raise Web::Refused, "inner address" if Web.resolve(host).match?(INNER)

    Web.get(url).body
  end
end
