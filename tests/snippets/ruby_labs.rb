# Runs one exercise with this machine's Ruby as the browser does: with the same prelude, and each test from the memory that was there before the first.
#
#   ruby_labs.rb SECONDS FOLDER EDITED...
#
# FOLDER has files/, tests/ and exploit/; the edited files are loaded last. A line is written for each test: kind, name, whether it holds, and what it
# says, with 0x1f between; or one line "wrong" and what it says, where the files can't be loaded.

# Nothing stands at the top level but this: what a local variable is called there, an exercise's files would see.
module Labs
  PRELUDE = File.expand_path("../../app/assets/runtime/ruby/prelude.rb", __dir__)

  class << self
    def run(seconds, folder, *edited)
      out = $stdout.dup
      $stdout.reopen($stderr) # what files and tests print is no result
      files = texts(folder, "files").sort_by { |name, _| [edited.include?(name) ? 1 : 0, name] }.to_h
      out.puts(results(seconds, files, texts(folder, "tests"), texts(folder, "exploit")))
      out.flush
      exit!(0) # whatever a file would still like to do
    end

    private

    # The files of a folder by name, in the order of their names.
    def texts(folder, part)
      Dir.glob("**/*", base: "#{folder}/#{part}").sort.map { |name| [name, "#{folder}/#{part}/#{name}"] }
         .select { |_, path| File.file?(path) }.to_h { |name, path| [name, File.read(path)] }
    end

    def results(seconds, *texts)
      begun = apart(seconds) { loaded(*texts) } || "wrong\x1fit ended itself, or took too long"
      return begun unless begun == "done" && loaded(*texts) == "done"

      names = Keepsharp.names.split("\x1f", 2).last.split("\x1e").map { |name| name.split("\x1d", 2) }
      names.each_with_index.map { |(kind, name), at| [kind, name, *result(seconds, kind, at)].join("\x1f") }
    end

    def loaded(*texts)
      eval(File.read(PRELUDE), TOPLEVEL_BINDING, "prelude.rb", 1)
      Keepsharp.begin(*texts)
    end

    # As in the browser: an attack that ends the program has not got through.
    def result(seconds, kind, at)
      state, *answer = apart(seconds) { Keepsharp.run(at) }.to_s.split("\x1f", 3)
      state == "done" ? answer : [kind == "exploit", state || "it ended itself, or took too long"]
    end

    # What the block gives, from a process of its own that nothing comes back from but this text; nil if none comes in time.
    def apart(seconds)
      from, to = IO.pipe
      child = fork do
        from.close
        to.write(yield)
        to.close
        exit!
      end
      to.close
      IO.select([from], nil, nil, seconds) && from.read.then { |text| text unless text.empty? }
    ensure
      Process.kill(:KILL, child)
      Process.wait(child)
      from.close
    end
  end
end

Labs.run(Float(ARGV[0]), *ARGV.drop(1)) if $PROGRAM_NAME == __FILE__
