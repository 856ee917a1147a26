# A small internet with an inside. Read it, leave it as it is.
module Web
  Answer = Struct.new(:status, :body, :location, :address)
  class Refused < StandardError; end

  SITES = {
    "203.0.113.10" => { "/" => "Welcome", "/moved" => "/here", "/here" => "Here I am",
                        "/away" => "http://pages.example/", "/in" => "http://deep.example/keys" },
    "203.0.113.20" => { "/" => "Pages" },
    "10.0.0.7" => { "/" => "Intranet", "/keys" => "key-1234" },
    "172.20.0.5" => { "/" => "Build server" },
    "127.0.0.1" => { "/" => "Console" }
  }.freeze

  class << self
    # Addresses of connections made, in order.
    attr_reader :log

    def reset
      @log = []
      @names = { "shop.example" => ["203.0.113.10"], "pages.example" => ["203.0.113.20"],
                 "deep.example" => ["10.0.0.7"] }
    end

    # What the name server will answer, one after another; the last answer stays.
    def answers(host, *addresses) = @names[host] = addresses

    # Asks the name server, which is whoever owns the name.
    def resolve(host)
      addresses = @names[host] || raise(Refused, "no such name")
      addresses.size > 1 ? addresses.shift : addresses.first
    end

    # ["shop.example", "/here"] of "http://shop.example/here"
    def split(url)
      match = url.match(%r{\Ahttps?://([a-z0-9.-]+)(/.*)?\z}) || raise(Refused, "not an address")
      [match[1], match[2] || "/"]
    end

    # Connects to this very address and asks for a page of the host.
    def ask(address, _host, path)
      @log << address
      page = SITES.fetch(plain(address), {})[path]
      return Answer.new(404, "", nil, address) unless page
      return Answer.new(302, "", page, address) if page.match?(%r{\A(/|http)})
      Answer.new(200, page, nil, address)
    end

    # Resolves the name, connects, and follows up to three redirects.
    def get(url, follow: true)
      hops = follow ? 4 : 1
      answer = nil
      hops.times do
        host, path = split(url)
        answer = ask(resolve(host), host, path)
        break unless answer.location
        url = join(url, answer.location)
      end
      answer
    end

    # A redirect may name a path only.
    def join(url, location)
      location.start_with?("/") ? "http://#{split(url).first}#{location}" : location
    end

    # Whether an address lies inside, by its range.
    def inner?(address)
      bytes = plain(address).split(".").map(&:to_i)
      return true unless bytes.size == 4 # all of IPv6 is inside here
      a, b = bytes
      [0, 10, 127].include?(a) || a >= 224 || [a, b] == [169, 254] || [a, b] == [192, 168] ||
        (a == 172 && b.between?(16, 31)) || (a == 100 && b.between?(64, 127))
    end

    private

    # ::ffff:10.0.0.7 is 10.0.0.7 in another spelling, and is routed there.
    def plain(address) = address.delete_prefix("::ffff:")
  end

  reset
end
