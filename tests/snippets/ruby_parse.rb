# Reads texts with NUL after each and answers with a line each: empty if Ruby would compile it, else "LINE MESSAGE". Nothing is run.
$VERBOSE = nil

def fault(text)
  RubyVM::InstructionSequence.compile(text, "text", "text")
  ""
rescue SyntaxError => error
  line, message = error.message.match(/^text:(\d+): ?(.*)/)&.captures
  "#{line || 1} #{message || error.message.lines.first.to_s.strip}"
end

$stdin.each_line("\0", chomp: true) { |text| puts fault(text) }
