global using System.Globalization;
global using FsCheck;
global using FsCheck.Fluent;
global using FsCheck.Xunit;

[assembly: Properties(MaxTest = 500, QuietOnSuccess = true)]
