namespace Tracker;

internal static class Users
{
    public const string Admin = "admin";
    public const string Fred = "fred";
    public const string Barney = "barney";
    public const string Wilma = "wilma"; // has an account and may not log in

    public const string Zoe = "zoë";

    public static IReadOnlyList<string> All { get; } = [Admin, Fred, Barney, Wilma, Zoe];
}
