namespace Tracker;

/// <summary>
/// Whether this installation was ever started. What it saw before is lost with the process, so from the second start on
/// the replay memory refuses for half a minute what might have been accepted before; at the first there was nothing.
/// </summary>
internal static class FirstStart
{
    public static bool Record(string keyFile)
    {
        string record = $"{keyFile}.started";
        if (File.Exists(record)) return false;
        File.WriteAllText(record, "This installation was started once. Do not remove this file while its keys are in use.\n");
        return true;
    }
}
