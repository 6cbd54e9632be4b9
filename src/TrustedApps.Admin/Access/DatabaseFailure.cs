using System.Data.Common;

namespace TrustedApps.Admin.Access;

/// <summary>Tells exceptions that come from the database's not answering: Entity Framework wraps some of them.</summary>
internal static class DatabaseFailure
{
    public static bool Is(Exception? problem)
    {
        for (; problem is not null; problem = problem.InnerException)
        {
            if (problem is DbException or TimeoutException) return true;
        }

        return false;
    }
}
