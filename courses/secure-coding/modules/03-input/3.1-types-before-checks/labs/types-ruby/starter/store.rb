# A small database and a mailer. Read it, leave it as it is.
module Store
  Account = Struct.new(:login, :email, :name, :code, :tries)

  def self.reset
    @accounts = [Account.new("mia", "mia@corp.test", "Mia", "4711", 0),
                 Account.new("gus", "gus@corp.test", "Gus", "0815", 0)]
    @outbox = []
  end

  # A list means "one of these", as in a query builder.
  # Strings are compared without regard to case, as many databases do.
  def self.same?(stored, wanted)
    Array(wanted).any? { |one| one.is_a?(String) && stored.upcase == one.upcase }
  end

  def self.by_login(login) = @accounts.find { |account| account.login == login }
  def self.by_email(email) = @accounts.find { |account| same?(account.email, email) }
  def self.code_fits?(account, code) = same?(account.code, code)

  # `to` is one address or a list of addresses.
  def self.mail(to, text) = Array(to).each { |address| @outbox << [address, text] }
  def self.outbox = @outbox

  reset
end
