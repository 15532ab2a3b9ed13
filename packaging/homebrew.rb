class SwanlabRender < Formula
  desc "Render, check and diff the Kubernetes manifests of a self-hosted SwanLab"
  homepage "$url"
  version "$version"
  license "Apache-2.0"

$platforms

  def install
    bin.install "swanlab-render"
    man1.install "swanlab-render.1"
    bash_completion.install "completions/swanlab-render.bash" => "swanlab-render"
    zsh_completion.install "completions/_swanlab-render"
    fish_completion.install "completions/swanlab-render.fish"
  end

  test do
    assert_match "kind: Deployment", shell_output("#{bin}/swanlab-render template")
  end
end
