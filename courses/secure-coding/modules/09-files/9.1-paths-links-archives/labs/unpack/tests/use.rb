def unpack(*entries)
  Disk.reset
  App.unpack(entries, "/srv/in")
end

test("files land below the folder") do
  equal(unpack(Entry.file("a.txt", "one"), Entry.file("docs/b.txt", "two")),
        ["/srv/in/a.txt", "/srv/in/docs/b.txt"])
  equal(Disk.read("/srv/in/docs/b.txt"), "two")
end

test("folders in an archive do no harm") do
  unpack(Entry.folder("docs"), Entry.file("docs/b.txt", "two"))
  equal(Disk.read("/srv/in/docs/b.txt"), "two")
end

test("a file that comes in several pieces is whole") do
  unpack(Entry.file("a.txt", "one ", "two ", "three"))
  equal(Disk.read("/srv/in/a.txt"), "one two three")
end

test("a hundred files of altogether a million bytes are taken") do
  unpack(*(1..100).map { |number| Entry.file("#{number}.txt", "x" * 10_000) })
  equal(Disk.files.count { |path| path.start_with?("/srv/in/") }, 100)
end

test("two dots inside a name are fine") do
  unpack(Entry.file("notes..txt", "one"))
  equal(Disk.read("/srv/in/notes..txt"), "one")
end
