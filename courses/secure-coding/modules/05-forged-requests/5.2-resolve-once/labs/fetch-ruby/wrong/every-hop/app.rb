module App
  # The page that a user asked a preview of.
  def self.preview(url)
    4.times do
      host, _path = Web.split(url)
      raise Web::Refused, "inner address" if Web.inner?(Web.resolve(host))

      answer = Web.get(url, follow: false)
      return answer.body unless answer.location

      url = Web.join(url, answer.location)
    end
    raise Web::Refused, "too many redirects"
  end
end
