namespace TrustedApps.Docs.Tests.Mistakes;

/// <summary>An entry of the document of mistakes.</summary>
/// <param name="Title">Its heading, with the number.</param>
/// <param name="Commands">The commands that are run before anything starts; empty for none.</param>
/// <param name="Changes">The changes of the programs and their settings, as a diff; empty for none.</param>
/// <param name="Session">The commands of an administrator, one a line after <c>$ </c>; empty where the programs run.</param>
/// <param name="Observed">What people see, as the document says it.</param>
internal sealed record Mistake(string Title, string Commands, string Changes, string Session, string Observed);
