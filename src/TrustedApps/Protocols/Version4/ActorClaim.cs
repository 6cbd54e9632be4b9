using TrustedApps.Text;

namespace TrustedApps.Protocols.Version4;

/// <summary>
/// The claim <c>act</c>: the consumer, and below it the applications that asked it in the user's name (RFC 8693 section
/// 4.1, specification version-4.md, section 4).
/// </summary>
internal static class ActorClaim
{
    public const int MaxActors = 3; // below the consumer

    /// <summary>Describes what is wrong with actors; null if nothing is.</summary>
    /// <param name="actors">The ids below the consumer's, the nearest first.</param>
    /// <param name="issuer">The consumer's id.</param>
    /// <param name="user">The user of the assertion.</param>
    public static string? FindProblem(IReadOnlyList<string> actors, string issuer, string? user)
    {
        if (actors.Count > MaxActors) return $"act has more than {MaxActors} applications below the consumer";
        if (user is null) return "there is an act without sub";
        for (int index = 0; index < actors.Count; index++)
        {
            bool isId = ApplicationIdSyntax.IsForVersion4(actors[index]);
            if (!isId) return "act holds a sub that is not an application id";
            bool isTwice = actors[index] == issuer;
            for (int other = 0; other < index; other++) isTwice |= actors[other] == actors[index];
            if (isTwice) return "act names an application twice";
        }

        return null;
    }

    /// <summary>Reads the claim; null, and a description, if it is malformed.</summary>
    public static List<string>? Read(ref StrictJson json, string issuer, out string? problem)
    {
        var subjects = new List<string>();
        problem = ReadInto(ref json, subjects);
        if (problem is null && subjects.Count < 2) problem = "act names no application that asked";
        if (problem is null && subjects[0] != issuer) problem = "the sub of act is not the consumer";
        if (problem is not null) return null;
        subjects.RemoveAt(0);
        return subjects;
    }

    // The strict reader limits the depth.
    private static string? ReadInto(ref StrictJson json, List<string> subjects)
    {
        int own = subjects.Count;
        subjects.Add("");
        bool hasSubject = false;
        json.BeginObject();
        while (json.NextName(out JsonText name))
        {
            if (name.Is("sub"u8) && json.ReadString(out JsonText subject))
            {
                subjects[own] = subject.ToString();
                hasSubject = true;
            }
            else if (!name.Is("act"u8)) return "act holds something else than sub and act";
            else if (ReadInto(ref json, subjects) is { } problem) return problem;
        }

        return hasSubject ? null : "act has no sub";
    }
}
