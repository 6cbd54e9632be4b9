using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;

namespace Samples;

/// <summary>HTML. Each text that fills a hole of <c>Html.Of($"...")</c> is encoded; only HTML goes in as it is.</summary>
internal sealed class Html
{
    private readonly string _text;

    private Html(string text) => _text = text;

    public static Html Of(Template template) => new(template.ToString());

    public override string ToString() => _text;

    [InterpolatedStringHandler]
    public readonly struct Template(int literalLength, int holes)
    {
        private readonly StringBuilder _builder = new(literalLength + (holes * 16));

        public void AppendLiteral(string html) => _builder.Append(html);

        public void AppendFormatted(string? text) => _builder.Append(HtmlEncoder.Default.Encode(text ?? ""));

        public void AppendFormatted(Html html) => _builder.Append(html);

        public void AppendFormatted(IEnumerable<Html> list) => _builder.AppendJoin('\n', list);

        public override string ToString() => _builder.ToString();
    }
}
