module App
  def self.string?(value) = value.is_a?(String)

  # POST /password/reset
  def self.reset(params)
    return 422 unless string?(params["email"])

    account = Store.by_email(params["email"])
    Store.mail(params["email"], "Token for #{account.login}") if account
    202
  end

  # POST /profile/name
  def self.rename(login, params)
    name = params["name"]
    return 422 unless string?(name) && !name.empty? && name.length <= 20

    Store.by_login(login).name = params["name"]
    200
  end

  # POST /sign-in/code: a code of four digits, five tries
  def self.confirm(login, params)
    return 422 unless string?(params["code"])

    account = Store.by_login(login)
    return 429 if account.tries >= 5

    account.tries += 1
    Store.code_fits?(account, params["code"]) ? 200 : 401
  end
end
