$stdout.sync = $stderr.sync = true

# What tests and files see in Ruby: test, exploit, equal, ok, throws. All that is given back to the harness is text.
module Keepsharp
  class Failed < StandardError; end
  @all = []
  class << self
    attr_accessor :part

    def add(kind, name, work)
      raise ArgumentError, "#{kind} needs a name and a block" unless name.is_a?(String) && work
      raise ArgumentError, "#{kind} belongs in another folder" unless kind == part
      raise ArgumentError, "two are called #{name.inspect}" if @all.any? { |other| other[0] == kind && other[1] == name }
      @all << [kind, name, work]
    end

    def begin(files, tests, exploits)
      @files = files.keys + tests.keys + exploits.keys
      guarded do
        files.each { |name, text| eval(text, TOPLEVEL_BINDING, name, 1) if name.end_with?(".rb") }
        { "use" => tests, "exploit" => exploits }.each do |kind, parts|
          self.part = kind
          parts.each { |name, text| eval(text, TOPLEVEL_BINDING, name, 1) }
        end
        ["done"]
      end
    end

    def names = ["done", @all.map { |kind, name, _| "#{kind}\x1d#{name}" }.join("\x1e")].join("\x1f")

    def run(at)
      kind, _, work = @all[at]
      guarded do
        value = work.call
        kind == "use" ? ["done", true, ""] : ["done", !value, value ? "the attack got through" : ""]
      rescue NoMemoryError
        raise
      rescue Exception => error
        ["done", kind != "use", (kind == "use" ? "" : "refused: ") + told(error)]
      end
    end

    private

    def guarded
      yield.join("\x1f").tr("\0", " ")
    rescue NoMemoryError
      "memory"
    rescue Exception => error
      ["wrong", told(error)].join("\x1f")
    end

    def told(error)
      place = Array(error.backtrace).find { |line| @files.any? { |name| line.start_with?("#{name}:") } }
      place = place ? " (#{place[/\A[^:]+/]}, line #{place[/:(\d+)/, 1]})" : ""
      text = error.message.to_s.scrub.lines.first.to_s.strip
      (error.is_a?(Failed) ? text : "#{error.class}: #{text}")[0, 900] + place
    end
  end
end

def test(name, &work) = Keepsharp.add("use", name, work)
def exploit(name, &work) = Keepsharp.add("exploit", name, work)
def equal(a, b) = a == b || raise(Keepsharp::Failed, "expected #{b.inspect}, got #{a.inspect}")
def ok(value, why = nil) = value || raise(Keepsharp::Failed, why || "expected something true, got #{value.inspect}")

def throws
  begin
    yield
  rescue StandardError
    return true
  end
  raise Keepsharp::Failed, "expected it to complain, and it did not"
end
"done"
