global using System.Globalization;
global using System.Text;
global using System.Text.Json;
global using System.Text.Json.Nodes;
global using FsCheck;
global using FsCheck.Fluent;
global using FsCheck.Xunit;
