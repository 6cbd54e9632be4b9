namespace TrustedApps.Docs.Tests.Mistakes;

/// <summary>
/// A diff as people write it: <c>--- file</c>, then lines that stay (blank), go (<c>-</c>) and come (<c>+</c>). A line
/// <c>@@</c> divides places of one file.
/// </summary>
internal static class Patch
{
    /// <summary>Changes the files.</summary>
    /// <param name="diff">The diff.</param>
    /// <param name="files">The texts by the names of their files.</param>
    /// <exception cref="InvalidOperationException">What a place replaces is not in its file exactly once.</exception>
    public static void Apply(string diff, Dictionary<string, string> files)
    {
        string file = "";
        List<string> place = [];
        foreach (string line in diff.Split('\n').Append("@@"))
        {
            bool isFile = line.StartsWith("--- ", StringComparison.Ordinal);
            if (!isFile && line != "@@")
            {
                if (line.Length > 0) place.Add(line);
                continue;
            }

            if (place.Count > 0) files[file] = Change(files[file], place, file);
            place = [];
            if (isFile) file = line[4..];
        }
    }

    private static string Change(string text, List<string> place, string file)
    {
        string old = TextOf(place, ' ', '-');
        if (text.Split(old).Length != 2)
        {
            throw new InvalidOperationException($"This is not exactly once in {file}:\n{old}");
        }

        return text.Replace(old, TextOf(place, ' ', '+'), StringComparison.Ordinal);
    }

    private static string TextOf(List<string> place, params char[] kinds) =>
        string.Concat(place.Where(line => kinds.Contains(line[0])).Select(line => line[1..] + "\n"));
}
