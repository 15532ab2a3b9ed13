# Installs a formula as Homebrew does, as far as this formula goes: ruby homebrew-test.rb FORMULA ARCHIVE
# puts its files into the folder `cellar`. Only what the formula uses is here.
require "digest"
require "fileutils"
require "pathname"
require "rbconfig"

# A folder of the installation, such as `bin`.
class Destination
  def initialize(path)
    @path = Pathname.new(CELLAR) / path
  end

  def install(*files)
    FileUtils.mkdir_p(@path)
    names = files.flat_map { |file| file.is_a?(Hash) ? file.to_a : [[file, File.basename(file)]] }
    names.each { |from, to| FileUtils.cp(from, @path / to) }
  end
end

class Formula
  class << self
    attr_reader :archive, :sum

    def desc(text)
      abort "Homebrew wants a description of at most 80 characters" if text.length > 80
    end

    def homepage(_); end

    def version(_); end

    def license(_); end

    def test; end

    def on_macos; end

    def on_linux
      yield
    end

    def on_intel
      yield if RbConfig::CONFIG["host_cpu"] == "x86_64"
    end

    def on_arm
      yield if RbConfig::CONFIG["host_cpu"] == "aarch64"
    end

    def url(text)
      @archive = File.basename(text)
    end

    def sha256(text)
      @sum = text
    end
  end

  {
    bin: "bin",
    man1: "share/man/man1",
    bash_completion: "etc/bash_completion.d",
    zsh_completion: "share/zsh/site-functions",
    fish_completion: "share/fish/vendor_completions.d",
  }.each do |name, path|
    define_method(name) { Destination.new(path) }
  end
end

CELLAR = File.expand_path("cellar")
formula, archive = ARGV.map { |path| File.expand_path(path) }
load formula
abort "the formula is for another archive" unless SwanlabRender.archive == File.basename(archive)
abort "the formula has another checksum" unless SwanlabRender.sum == Digest::SHA256.file(archive).hexdigest
system("tar", "xzf", archive, exception: true)
# As in an archive with a single folder, the formula begins in that.
Dir.chdir(File.basename(archive, ".tar.gz")) { SwanlabRender.new.install }
