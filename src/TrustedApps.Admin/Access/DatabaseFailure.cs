using System.Data.Common;

namespace TrustedApps.Admin.Access;

/// <summary>Recognizes exceptions of a database that does not answer.</summary>
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
