module App
  Refused = Class.new(StandardError)
  MAX_FILES = 100
  MAX_BYTES = 1_000_000

  # Puts the files of an archive below dir, and gives their paths.
  def self.unpack(entries, dir)
    entries = entries.reject { |entry| entry.type == :folder }
    raise Refused, "too many" if entries.size > MAX_FILES

    bytes = [0]
    entries.map do |entry|
      raise Refused, "not a file" unless entry.type == :file

      path = File.expand_path(entry.name, dir)
      raise Refused, "outside" unless path.start_with?("#{dir}/")

      Disk.write(path, content(entry, bytes))
      path
    end
  end

  # bytes counts what came out of the archive so far, over all files.
  def self.content(entry, bytes)
    text = +""
    entry.each_piece { |piece| text << piece }
    raise Refused, "too large" if (bytes[0] += text.bytesize) > MAX_BYTES

    text
  end
end
