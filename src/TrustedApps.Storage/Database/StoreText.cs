namespace TrustedApps.Storage.Database;

/// <summary>Which texts a database can hold: PostgreSQL refuses NUL, and neither keeps a lone surrogate as it is.</summary>
internal static class StoreText
{
    /// <summary>Whether it comes back as it was. Nothing in a store equals a text that does not.</summary>
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
