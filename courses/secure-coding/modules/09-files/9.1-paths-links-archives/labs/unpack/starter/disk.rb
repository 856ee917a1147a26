# A small disk and an archive, both in memory. Read it, leave it as it is.
module Disk
  def self.reset
    @files = { "/srv/app/key" => "the key", "/srv/in-old/list" => "old" }
    @links = {}
  end

  def self.link(path, target) = @links[path] = target
  def self.write(path, text) = @files[follow(path)] = text
  def self.read(path) = @files[follow(path)]
  def self.files = @files.keys

  # As a system does: takes out "..", and follows each link on the way.
  def self.follow(path)
    File.expand_path(path, "/").split("/").drop(1).reduce("") do |sofar, part|
      step = "#{sofar}/#{part}"
      @links.fetch(step, step)
    end
  end

  reset
end

# type is :file, :folder or :link; size is what the archive says about a file.
Entry = Struct.new(:name, :type, :size, :target, :parts) do
  # The content, piece by piece, as it comes out of the archive.
  def each_piece
    (parts || []).each do |piece|
      Entry.unpacked += piece.bytesize
      yield piece
    end
  end

  class << self
    attr_accessor :unpacked

    def file(name, *parts, size: parts.sum(&:bytesize)) = new(name, :file, size, nil, parts)
    def folder(name) = new(name, :folder, 0, nil, nil)
    def link(name, target) = new(name, :link, 0, target, nil)
  end
end
Entry.unpacked = 0
