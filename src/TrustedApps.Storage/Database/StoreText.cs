namespace TrustedApps.Storage.Database;

/// <summary>
/// The texts that a database can hold. PostgreSQL rejects NUL, and neither database keeps a lone surrogate.
/// </summary>
internal static class StoreText
{
    /// <summary>
    /// Whether both databases return a text unchanged. No text in a store equals one that they do not.
    /// </summary>
    public static bool IsStorable(string text)
    {
        for (int index = 0; index < text.Length; index++)
        {
            if (text[index] == '\0') return false;
            if (!char.IsSurrogate(text[index])) continue;
            if (index + 1 == text.Length || !char.IsSurrogatePair(text[index], text[++index])) return false;
        }

        return true;
    }
}
