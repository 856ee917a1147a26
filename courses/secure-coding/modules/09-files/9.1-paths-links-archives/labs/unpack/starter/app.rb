module App
  Refused = Class.new(StandardError)
  MAX_FILES = 100
  MAX_BYTES = 1_000_000

  # Puts the files of an archive below dir, and gives their paths.
  def self.unpack(entries, dir)
    entries.reject { |entry| entry.type == :folder }.map do |entry|
      path = "#{dir}/#{entry.name}"
      if entry.type == :link
        Disk.link(path, entry.target)
      else
        Disk.write(path, content(entry))
      end
      path
    end
  end

  def self.content(entry)
    text = +""
    entry.each_piece { |piece| text << piece }
    text
  end
end
