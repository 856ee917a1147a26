module App
  Refused = Class.new(StandardError)
  MAX_FILES = 100
  MAX_BYTES = 1_000_000

  # Puts the files of an archive below dir, and gives their paths.
  def self.unpack(entries, dir)
    entries = entries.reject { |entry| entry.type == :folder }
    raise Refused, "too many" if entries.size > MAX_FILES
    entries.map do |entry|
      raise Refused, "not a file" unless entry.type == :file

      path = File.expand_path(entry.name, dir)
      raise Refused, "outside" unless path.start_with?("#{dir}/")

      Disk.write(path, content(entry))
      path
    end
  end

  def self.content(entry)
    text = +""
    entry.each_piece do |piece|
      text << piece
      raise Refused, "too large" if text.bytesize > MAX_BYTES
    end
    text
  end
end
