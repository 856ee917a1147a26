module App
  # The page that a user asked a preview of.
  def self.preview(url)
    4.times do
      answer = Web.get(url, follow: false)
      raise Web::Refused, "inner address" if Web.inner?(answer.address)
      return answer.body unless answer.location

      url = Web.join(url, answer.location)
    end
    raise Web::Refused, "too many redirects"
  end
end
