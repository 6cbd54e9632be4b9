using Samples;

namespace Wiki;

/// <summary>Wiki text, line by line: "h1. " and "h2. " begin headings, a macro stands alone, the rest are paragraphs.</summary>
internal sealed class WikiText(TrackerMacros macros)
{
    public async Task<Html> RenderAsync(string text, string user, CancellationToken cancellationToken)
    {
        var blocks = new List<Html>();
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            blocks.Add(TrackerMacros.IsMacro(line) ? await macros.RenderAsync(line, user, cancellationToken) : RenderLine(line));
        }

        return Html.Of($"{blocks}");
    }

    private static Html RenderLine(string line) => line switch
    {
        ['h', '1', '.', ' ', .. var heading] => Html.Of($"<h1>{heading}</h1>"),
        ['h', '2', '.', ' ', .. var heading] => Html.Of($"<h2>{heading}</h2>"),
        _ => Html.Of($"<p>{line}</p>"),
    };
}
