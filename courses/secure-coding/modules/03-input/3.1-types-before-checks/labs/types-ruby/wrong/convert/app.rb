module App
  # POST /password/reset
  def self.reset(params)
    account = Store.by_email(params["email"].to_s)
    Store.mail(account.email, "Token for #{account.login}") if account
    202
  end

  # POST /profile/name
  def self.rename(login, params)
    name = params["name"].to_s
    return 422 if name.empty? || name.length > 20

    Store.by_login(login).name = name
    200
  end

  # POST /sign-in/code: a code of four digits, five tries
  def self.confirm(login, params)
    account = Store.by_login(login)
    return 429 if account.tries >= 5

    account.tries += 1
    Store.code_fits?(account, params["code"].to_s) ? 200 : 401
  end
end
