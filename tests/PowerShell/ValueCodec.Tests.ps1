BeforeDiscovery {
    $surrogate = [string][char]0xd800
    $values = @(
        @{ Name = 'null'; Value = $null }
        @{ Name = 'true'; Value = $true }
        @{ Name = 'false'; Value = $false }
        foreach ($number in @(
                0, -1, [int]::MinValue, [int]::MaxValue, 5L, [long]::MinValue, [long]::MaxValue, [byte]255, [sbyte]-128, [short]-5, [ushort]65535, [uint]::MaxValue, [ulong]::MaxValue
                5.0, -0.0, 0.1, 1e16, 1e300, 5e-324, [double]::MaxValue, [double]::NaN, [double]::PositiveInfinity, [double]::NegativeInfinity
                [float]1.1, [float]::NaN, [float]::MaxValue, [Half]1.5, 1.10d, [decimal]::MaxValue, [decimal]::MinValue, [bigint]::Pow(-7, 61), [Int128]::MinValue, [UInt128]::MaxValue, [IntPtr]-3, [UIntPtr]3)) {
            @{ Name = "$($number.GetType().Name) $number"; Value = $number }
        }
        @{ Name = 'an empty string'; Value = '' }
        @{ Name = 'a string with everything'; Value = "a`"b\c/`n`r`t`b€😀`u{7f}`u{2028}$([char]0)end" }
        @{ Name = 'a string with lone surrogates'; Value = "$surrogate-`"-\-$([char]0xdc00)$surrogate" }
        @{ Name = 'a string that looks like a tag'; Value = '{"$t":"long","v":5}' }
        @{ Name = 'a char'; Value = [char]'x' }
        @{ Name = 'a NUL char'; Value = [char]0 }
        @{ Name = 'a surrogate char'; Value = [char]0xdfff }
        foreach ($kind in 'Utc', 'Local', 'Unspecified') { @{ Name = "a $kind time"; Value = [datetime]::new(638000000001234567, $kind) } }
        @{ Name = 'the first local time'; Value = [datetime]::SpecifyKind([datetime]::MinValue, 'Local') }
        @{ Name = 'the last local time'; Value = [datetime]::SpecifyKind([datetime]::MaxValue, 'Local') }
        @{ Name = 'a DateTimeOffset'; Value = [datetimeoffset]::new(638000000001234567, [timespan]::FromMinutes(-210)) }
        @{ Name = 'a TimeSpan'; Value = [timespan]::MinValue }
        @{ Name = 'a DateOnly'; Value = [DateOnly]::new(2024, 2, 29) }
        @{ Name = 'a TimeOnly'; Value = [TimeOnly]::MaxValue }
        @{ Name = 'a Guid'; Value = [guid]'0f8fad5b-d9cb-469f-a165-70867728950e' }
        @{ Name = 'a Version'; Value = [version]'1.2' }
        @{ Name = 'a SemanticVersion'; Value = [semver]'1.2.3-beta+5' }
        @{ Name = 'a Uri'; Value = [uri]'https://host/a b?q=%20#f' }
        @{ Name = 'a relative Uri'; Value = [uri]::new('/a/b', [UriKind]::Relative) }
        @{ Name = 'an IPv4 address'; Value = [ipaddress]'10.0.0.1' }
        @{ Name = 'an IPv6 address'; Value = [ipaddress]'fe80::1%3' }
        @{ Name = 'bytes'; Value = [byte[]](0, 255, 7) }
        @{ Name = 'a switch'; Value = [switch]$true }
        @{ Name = 'DBNull'; Value = [DBNull]::Value }
        @{ Name = 'an enum'; Value = [dayofweek]::Friday }
        @{ Name = 'flags'; Value = [System.IO.FileShare]'Read, Delete' }
        @{ Name = 'an enum value without a name'; Value = [Enum]::ToObject([dayofweek], 77) }
        @{ Name = 'an enum of another number type'; Value = [System.Diagnostics.Tracing.EventKeywords]::All }
        @{ Name = 'an enum inside a class'; Value = [Environment+SpecialFolder]::Desktop }
        @{ Name = 'int[]'; Value = [int[]](1, 2) }
        @{ Name = 'an empty array'; Value = @() }
        @{ Name = 'string[] with null'; Value = [System.Linq.Enumerable]::ToArray([string[]][System.Collections.Generic.List[string]]('a', [NullString]::Value)) }
        @{ Name = 'object[] of many types'; Value = @(1, 'a', $null, 2.0, 5L, @(1, @(2)), [int[]](3)) }
        @{ Name = 'a jagged array'; Value = [int[][]](@(1, 2), @(3)) }
        @{ Name = 'an array of enums'; Value = [dayofweek[]](1, 5) }
        @{ Name = 'double[]'; Value = [double[]](1, [double]::NaN) }
        @{ Name = 'datetime[]'; Value = [datetime[]]([datetime]::new(5, 'Utc'), [datetime]::new(6)) }
        @{ Name = 'an ArrayList'; Value = [System.Collections.ArrayList](1, 'a', $null) }
        @{ Name = 'List[int]'; Value = [System.Collections.Generic.List[int]](1, 2) }
        @{ Name = 'List[object]'; Value = [System.Collections.Generic.List[object]](1, 'a') }
        @{ Name = 'a list of lists'; Value = & { $list = [System.Collections.Generic.List[System.Collections.Generic.List[string]]]::new(); $list.Add([string[]]('a', 'b')); , $list } }
        @{ Name = 'Collection[psobject]'; Value = & { $list = [System.Collections.ObjectModel.Collection[psobject]]::new(); $list.Add(1); $list.Add('a'); , $list } }
        @{ Name = 'a hashtable'; Value = @{ a = 1; B = @{ c = $null } } }
        @{ Name = 'a hashtable that tells case apart'; Value = & { $table = [hashtable]::new(); $table['a'] = 1; $table['A'] = 2; $table } }
        @{ Name = 'a hashtable with keys of other types'; Value = & { $table = [hashtable]::new(); $table[1] = 'int'; $table['1'] = 'string'; $table[1L] = 'long'; $table[[dayofweek]::Monday] = 'enum'; $table } }
        @{ Name = 'a hashtable with keys like tags'; Value = @{ '$t' = 'long'; 'v' = 5; '$$t' = 1; '$' = 2; '' = 3 } }
        @{ Name = 'a hashtable with a lone surrogate for a key'; Value = @{ $surrogate = 1 } }
        @{ Name = 'an ordered dictionary'; Value = [ordered]@{ z = 1; a = [ordered]@{}; m = 2.0 } }
        @{ Name = 'Dictionary[string,int]'; Value = & { $table = [System.Collections.Generic.Dictionary[string, int]]::new(); $table['a'] = 1; $table['A'] = 2; $table } }
        @{ Name = 'a Dictionary that ignores case'; Value = & { $table = [System.Collections.Generic.Dictionary[string, object]]::new([StringComparer]::OrdinalIgnoreCase); $table['a'] = 1L; $table } }
        @{ Name = 'Dictionary[guid,datetime[]]'; Value = & { $table = [System.Collections.Generic.Dictionary[guid, datetime[]]]::new(); $table[[guid]::Empty] = [datetime]::new(7, 'Utc'); $table } }
        @{ Name = 'a PSCustomObject'; Value = [pscustomobject]@{ Z = 1; A = 'b'; '$t' = 'long'; Inner = [pscustomobject]@{ X = @(1, $null) }; None = $null } }
        @{ Name = 'a PSCustomObject without properties'; Value = [pscustomobject]@{} }
        @{ Name = 'a PSCustomObject with type names'; Value = [pscustomobject]@{ PSTypeName = 'My.Type'; A = [pscustomobject]@{ PSTypeName = 'Other'; B = 1 } } }
        @{ Name = 'a string with notes'; Value = 'line' | Add-Member -PassThru -NotePropertyMembers ([ordered]@{ PSPath = '/a'; ReadCount = 1L }) }
        @{ Name = 'a time with a note'; Value = Get-Date }
        @{ Name = 'a number with a type name'; Value = & { $n = [psobject]::new(5); $n.pstypenames.Insert(0, 'My.Number'); $n } }
        @{ Name = 'an XmlDocument'; Value = [xml]"<?xml version=`"1.0`"?><a b='c'> <!-- d --><e><![CDATA[<]]></e> f </a>" }
        @{ Name = 'an XmlDocument with its white space'; Value = & { $xml = [xml]::new(); $xml.PreserveWhitespace = $true; $xml.LoadXml("<a>`n  <b/> </a>"); $xml } }
    )
}

BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1"

    $codec = (Get-Command Invoke-ConcurrentBatch).ImplementingType.Assembly.GetType('BatchOps.PowerShell.Journal.ValueCodec')
    $static = [System.Reflection.BindingFlags]'Static, Public, NonPublic'
    function ConvertTo-Stored($Value) {
        # In a list of its own: PowerShell would take an array for the arguments.
        $arguments = [object[]]::new(1)
        $arguments[0] = $Value
        $codec.GetMethod('EncodeOne', $static).Invoke($null, $arguments)
    }
    function ConvertFrom-Stored([string] $Text) {
        try { , $codec.GetMethod('DecodeOne', $static).Invoke($null, @($Text)) }
        catch {
            $reason = $_.Exception
            while ($reason -isnot [System.FormatException] -and $reason.InnerException) { $reason = $reason.InnerException }
            throw $reason
        }
    }

    <# What a value is, told without the codec: types, values, order, notes and type names. #>
    function Show($Value, [int] $Depth = 0) {
        if ($null -eq $Value) { return 'null' }
        $base = $Value.psobject.BaseObject
        $type = $base.GetType()
        $text = if ($base -is [string]) { -join $base.ToCharArray().ForEach{ '{0:x4}' -f [int]$_ } }
        elseif ($base -is [char]) { [int]$base }
        elseif ($base -is [double]) { [BitConverter]::DoubleToInt64Bits($base) }
        elseif ($base -is [datetime]) { "$($base.Ticks) $($base.Kind)" }
        elseif ($base -is [xml]) { "$($base.OuterXml) $($base.PreserveWhitespace)" }
        elseif ($base -is [System.Management.Automation.PSCustomObject]) { $Value.psobject.Properties.ForEach{ "$($_.Name)=$(Show $_.Value)" } -join ';' }
        elseif ($base -is [hashtable] -or $type.Name -like 'Dictionary*') {
            # A table has no order, and what compares its keys shows in what it finds.
            $case = if ('a' -cin @($base.Keys)) { $base['A'] }
            "$case " + (@(foreach ($key in $base.Keys) { "$(Show $key)=$(Show $base[$key])" }) | Sort-Object | Join-String -Separator ';')
        }
        elseif ($base -is [System.Collections.IDictionary]) { @(foreach ($key in $base.Keys) { "$(Show $key)=$(Show $base[$key])" }) -join ';' }
        elseif ($base -is [System.Collections.IEnumerable]) { "$($base.Count):" + (@(foreach ($element in $base) { Show $element }) -join ',') }
        elseif ($base -is [IFormattable] -and $base -isnot [version] -and $base -isnot [uri] -and $base -isnot [ipaddress]) { $base.ToString($null, [cultureinfo]::InvariantCulture) }
        else { "$base" }
        $notes = if ($base -isnot [System.Management.Automation.PSCustomObject]) { $Value.psobject.Properties.Where{ $_ -is [psnoteproperty] -and $_.IsInstance }.ForEach{ "$($_.Name)=$(Show $_.Value)" } -join ';' }
        # The well-known addresses are of a type of their own, which is no one's business.
        "<$($type.FullName -replace 'ReadOnly(?=IPAddress)') $($Value.pstypenames -join '|') $notes>$text"
    }
}

Describe 'A value that is stored' {
    It 'comes back the same: <Name>' -ForEach $values {
        $stored = ConvertTo-Stored $Value
        $stored.Lossy | Should -BeFalse
        Show (ConvertFrom-Stored $stored.Text) | Should -BeExactly (Show $Value)
        # SQLite holds UTF-8.
        [System.Text.UTF8Encoding]::new($false, $true).GetBytes($stored.Text) | Should -Not -BeNullOrEmpty
    }

    It 'is plain JSON where JSON says the same' -ForEach @(
        @{ Value = 5; Text = '5' }
        @{ Value = 5.0; Text = '5.0' }
        @{ Value = 'a€'; Text = '"a€"' }
        @{ Value = $true; Text = 'true' }
        @{ Value = [pscustomobject]@{ Name = 'a'; Size = 5L; Tags = @('x', 1) }; Text = '{"Name":"a","Size":{"$t":"long","v":5},"Tags":["x",1]}' }
        @{ Value = [int[]](1, 2); Text = '{"$t":"array","of":"int","v":[1,2]}' }
        @{ Value = [dayofweek]::Monday; Text = '{"$t":"enum","of":"System.DayOfWeek","v":1,"name":"Monday"}' }
        @{ Value = [pscustomobject]@{ '$t' = 1 }; Text = '{"$$t":1}' }
    ) {
        (ConvertTo-Stored $Value).Text | Should -BeExactly $Text
    }

    It 'keeps what an item wrote apart: one, none, several, null' {
        foreach ($objects in @(), @('a'), @('a', $null, @(1, 2))) {
            $list = [System.Collections.Generic.List[psobject]]::new()
            foreach ($object in $objects) { $list.Add($object) }
            $text = $codec.GetMethod('Encode', $static).Invoke($null, @(, $list)).Text
            $back = $codec.GetMethod('Decode', $static).Invoke($null, @($text))
            Show @($back) | Should -BeExactly (Show @($list))
        }
    }

    It 'comes back the same, whatever is nested in what (seed <_>)' -ForEach (1..40) {
        $random = [random]::new($_)
        function New-Value([int] $Depth) {
            switch ($random.Next($Depth -gt 0 ? 16 : 10)) {
                0 { $random.Next() }
                1 { $random.NextDouble() * [Math]::Pow(10, $random.Next(-20, 20)) }
                2 { -join (1..$random.Next(12)).ForEach{ [char]$random.Next(0x10000) } }
                3 { $random.NextInt64() }
                4 { [datetime]::new($random.NextInt64([datetime]::MaxValue.Ticks), [DateTimeKind]$random.Next(2)) }
                5 { $null }
                6 { $random.Next(2) -eq 1 }
                7 { [decimal]::new($random.Next(), $random.Next(), $random.Next(), $random.Next(2) -eq 1, $random.Next(29)) }
                8 { [char]$random.Next(0x10000) }
                9 { [System.ConsoleColor]$random.Next(16) }
                10 { , @(for ($i = $random.Next(4); $i -gt 0; $i--) { New-Value ($Depth - 1) }) }
                11 { , [System.Collections.ArrayList]@(for ($i = $random.Next(4); $i -gt 0; $i--) { New-Value ($Depth - 1) }) }
                12 { $table = @{}; for ($i = $random.Next(4); $i -gt 0; $i--) { $table["k$i"] = New-Value ($Depth - 1) }; $table }
                13 { $table = [ordered]@{}; for ($i = $random.Next(4); $i -gt 0; $i--) { $table["`$$i"] = New-Value ($Depth - 1) }; $table }
                14 { $object = [pscustomobject]@{}; for ($i = $random.Next(4); $i -gt 0; $i--) { $object | Add-Member "p$i" (New-Value ($Depth - 1)) }; $object }
                15 { , [string[]]@(for ($i = $random.Next(4); $i -gt 0; $i--) { "s$($random.Next())" }) }
            }
        }
        foreach ($i in 1..20) {
            $value = New-Value 5
            $stored = ConvertTo-Stored $value
            $stored.Lossy | Should -BeFalse -Because $stored.Text
            Show (ConvertFrom-Stored $stored.Text) | Should -BeExactly (Show $value)
        }
    }

    It 'is read in another process' {
        $value = [pscustomobject]@{ PSTypeName = 'My.Type'; Long = 5L; Double = 5.0; Time = [datetime]::new(638000000001234567, 'Utc'); Table = [ordered]@{ z = 1; a = [dayofweek]::Friday } }
        $file = "$TestDrive/value.json"
        [System.IO.File]::WriteAllText($file, (ConvertTo-Stored $value).Text)
        $lines = Invoke-Fresh -Argument $file {
            $codec = (Get-Command Invoke-ConcurrentBatch).ImplementingType.Assembly.GetType('BatchOps.PowerShell.Journal.ValueCodec')
            $v = $codec.GetMethod('DecodeOne', [System.Reflection.BindingFlags]'Static, Public, NonPublic').Invoke($null, @([System.IO.File]::ReadAllText($args[0])))
            $v.pstypenames[0]
            foreach ($part in $v.Long, $v.Double, $v.Time, $v.Table.a) { "$($part.GetType().Name) $part" }
            $v.Time.Ticks
            "$($v.Table.Keys)"
        }
        $lines | Should -Be 'My.Type', 'Int64 5', 'Double 5', "DateTime $($value.Time)", 'DayOfWeek Friday', '638000000001234567', 'z a'
    }

    It 'is a number that says so when its enum is not loaded in the other process' {
        Add-Type 'public enum BatchOpsTestColor : byte { Red, Green }'
        $file = "$TestDrive/enum.json"
        [System.IO.File]::WriteAllText($file, (ConvertTo-Stored ([BatchOpsTestColor]::Green)).Text)
        Show (ConvertFrom-Stored ([System.IO.File]::ReadAllText($file))) | Should -BeExactly (Show ([BatchOpsTestColor]::Green))
        $lines = Invoke-Fresh -Argument $file {
            $codec = (Get-Command Invoke-ConcurrentBatch).ImplementingType.Assembly.GetType('BatchOps.PowerShell.Journal.ValueCodec')
            $v = $codec.GetMethod('DecodeOne', [System.Reflection.BindingFlags]'Static, Public, NonPublic').Invoke($null, @([System.IO.File]::ReadAllText($args[0])))
            "$($v.GetType().Name) $v"
            $v.pstypenames[0]
            $v.EnumType
            $v.EnumName
        }
        $lines | Should -Be 'Byte 1', 'Deserialized.BatchOpsTestColor', 'BatchOpsTestColor', 'Green'
    }
}

Describe 'A value that can only be kept in part' {
    It 'is said to be: <Name>' -ForEach @(
        @{ Name = 'a script block'; Value = { Get-Date }; Shown = ' Get-Date ' }
        @{ Name = 'a type'; Value = [int]; Shown = 'System.Int32' }
        @{ Name = 'a set'; Value = [System.Collections.Generic.HashSet[string]]::new([string[]]('a', 'b')); Shown = 'a b' }
        @{ Name = 'an array of two dimensions'; Value = [int[, ]]::new(1, 2); Shown = '0 0' }
        @{ Name = 'an XML document with a document type'; Value = [xml]'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'; Shown = '<!DOCTYPE a*' }
    ) {
        $stored = ConvertTo-Stored $Value
        $stored.Lossy | Should -BeTrue
        "$(ConvertFrom-Stored $stored.Text)" | Should -BeLike $Shown
    }

    It 'an object of another type: its properties, and a type name that says what it was' {
        $file = New-Item "$TestDrive/some.txt" -Value 'text'
        $stored = ConvertTo-Stored $file
        $stored.Lossy | Should -BeTrue
        $back = ConvertFrom-Stored $stored.Text
        $back.pstypenames[0] | Should -Be 'Deserialized.System.IO.FileInfo'
        "$back" | Should -Be $file.FullName
        $back.ToString() | Should -Be $file.FullName
        $back.FullName | Should -Be $file.FullName
        $back.Length | Should -BeExactly 4L
        $back.LastWriteTimeUtc | Should -Be $file.LastWriteTimeUtc
        # And again, as what was read from a journal may be written to one.
        $again = ConvertFrom-Stored (ConvertTo-Stored $back).Text
        $again.FullName | Should -Be $file.FullName
        "$again" | Should -Be $file.FullName
    }

    It 'what CLIXML brought back keeps its properties' {
        $value = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize((Get-Item $PSCommandPath), 1))
        $back = ConvertFrom-Stored (ConvertTo-Stored $value).Text
        $back.Name | Should -Be (Split-Path -Leaf $PSCommandPath)
        $back.pstypenames[0] | Should -Be 'Deserialized.System.IO.FileInfo'
    }

    It 'an object of a PowerShell class' {
        $stored = ConvertTo-Stored (Invoke-Expression 'class BatchOpsTestThing { [string] $Name = "n"; [int[]] $Sizes = (1, 2); [datetime] $When = [datetime]::new(5, "Utc") }; [BatchOpsTestThing]::new()')
        $back = ConvertFrom-Stored $stored.Text
        $back.Name | Should -Be 'n'
        , $back.Sizes | Should -BeOfType [int[]]
        $back.When.Kind | Should -Be 'Utc'
    }

    It 'a line of a file keeps its path' {
        Set-Content "$TestDrive/lines.txt" 'one', 'two'
        $back = ConvertFrom-Stored (ConvertTo-Stored (Get-Content "$TestDrive/lines.txt")[1]).Text
        $back | Should -BeExactly 'two'
        $back.PSChildName | Should -Be 'lines.txt'
        $back.ReadCount | Should -BeExactly 2L
    }

    It 'a property that throws is null' {
        $value = [pscustomobject]@{ A = 1 } | Add-Member -PassThru ScriptProperty Bad { throw 'no' } | Add-Member -PassThru ScriptProperty Good { $this.A + 1 }
        $stored = ConvertTo-Stored $value
        $stored.Lossy | Should -BeTrue
        $back = ConvertFrom-Stored $stored.Text
        $back.Bad | Should -BeNullOrEmpty
        $back.Good | Should -BeExactly 2
    }

    It 'a cycle ends' {
        $table = @{ a = 1 }
        $table.self = $table
        $list = [System.Collections.ArrayList]::new()
        $null = $list.Add($list)
        $object = [pscustomobject]@{ Me = $null }
        $object.Me = $object
        $table.list, $table.object = $list, $object
        $stored = ConvertTo-Stored $table
        $stored.Lossy | Should -BeTrue
        $back = ConvertFrom-Stored $stored.Text
        $back.a | Should -Be 1
        $back.self | Should -Be '<System.Collections.Hashtable>'
        $back.object.Me | Should -BeLike '<*PSCustomObject>'
    }

    It 'what nests too deep is cut off, and the rest is kept' {
        $value = 'end'
        foreach ($i in 1..100) { $value = [pscustomobject]@{ Level = $i; Inner = $value } }
        $stored = ConvertTo-Stored $value
        $stored.Lossy | Should -BeTrue
        $back = ConvertFrom-Stored $stored.Text
        foreach ($i in 100..70) {
            $back.Level | Should -Be $i
            $back = $back.Inner
        }
        $deep = [object[]]::new(1)
        foreach ($i in 1..5000) { $deep = @(, $deep) }
        (ConvertTo-Stored $deep).Lossy | Should -BeTrue
    }

    It 'a table that changes while it is read, and what throws when it is listed' {
        Add-Type @'
public sealed class BatchOpsTestBadList : System.Collections.ArrayList
{
    public override System.Collections.IEnumerator GetEnumerator() { yield return 1; throw new System.InvalidOperationException("changed"); }
    public override string ToString() { throw new System.InvalidOperationException("no text"); }
}
'@
        $back = ConvertFrom-Stored (ConvertTo-Stored @('a', [BatchOpsTestBadList]::new(), 'b')).Text
        $back | Should -Be 'a', '<BatchOpsTestBadList>', 'b'
    }
}

Describe 'A secret' {
    It 'is not in the text: <Name>' -ForEach @(
        @{ Name = 'a secure string'; Make = { $secure } }
        @{ Name = 'a credential'; Make = { $credential } }
        @{ Name = 'a network credential'; Make = { $credential.GetNetworkCredential() } }
        @{ Name = 'in an array'; Make = { @(1, $secure, @(, $credential)) } }
        @{ Name = 'in a typed array'; Make = { , [securestring[]]$secure } }
        @{ Name = 'in a list'; Make = { , [System.Collections.Generic.List[pscredential]]$credential } }
        @{ Name = 'in a hashtable'; Make = { @{ a = $secure; b = @{ c = $credential } } } }
        @{ Name = 'as a key'; Make = { @{ $secure = 1 } } }
        @{ Name = 'in a dictionary'; Make = { $d = [System.Collections.Generic.Dictionary[string, securestring]]::new(); $d['a'] = $secure; $d } }
        @{ Name = 'in an object'; Make = { [pscustomobject]@{ A = [pscustomobject]@{ B = $credential } } } }
        @{ Name = 'in a note'; Make = { 'text' | Add-Member -PassThru Secret $secure } }
        @{ Name = 'in an object of a class'; Make = { Invoke-Expression 'class BatchOpsTestSecret { [securestring] $Secure; [pscredential] $Credential; [object] $Inner }'; $o = New-Object BatchOpsTestSecret -Property @{ Secure = $secure; Credential = $credential }; $o.Inner = New-Object BatchOpsTestSecret -Property @{ Secure = $secure }; $o.Inner.Inner = New-Object BatchOpsTestSecret -Property @{ Credential = $credential }; $o } }
        @{ Name = 'in an object of .NET'; Make = { $start = [System.Diagnostics.ProcessStartInfo]::new('x'); $handler = [System.Net.Http.HttpClientHandler]::new(); $handler.Credentials = $credential.GetNetworkCredential(); [pscustomobject]@{ Start = $start; Handler = $handler } } }
    ) {
        $canary = 'Canary-4711'
        $secure = ConvertTo-SecureString $canary -AsPlainText -Force
        $credential = [pscredential]::new('user', $secure)
        $stored = ConvertTo-Stored (& $Make)
        $stored.Lossy | Should -BeTrue
        $stored.Text | Should -BeLike '*<secret>*'
        $stored.Text | Should -Not -BeLike "*$canary*"
        $stored.Text | Should -Not -BeLike "*$([Convert]::ToHexString([System.Text.Encoding]::Unicode.GetBytes($canary)))*"
        $null = ConvertFrom-Stored $stored.Text
    }
}

Describe 'A text that is not the codec''s' {
    It 'is refused: <_>' -ForEach @(
        '', '{', 'nonsense', '{"$t":"nonsense","v":1}', '{"$t":5}', '{"$t":"long"}', '{"$t":"long","v":"x"}', '99999999999', '{"$t":"byte","v":256}', '{"$t":"array","of":"int","v":[null]}', '{"$t":"array","of":"int","v":["a"]}'
        '{"$t":"array","of":"System.IO.FileInfo","v":[]}', '{"$t":"array","of":"list<int","v":[]}', '{"$t":"list","of":"enum:","v":[{}]}', '{"$t":"dictionary","of":["int"],"v":{}}', '{"$t":"hashtable","pairs":[[null,1]]}'
        '{"":1}', '{"$t":"xml","v":"<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>"}', '{"$t":"xml","v":"<a>"}', '{"$t":"psobject","v":null}'
    ) {
        { ConvertFrom-Stored $_ } | Should -Throw -ExceptionType ([System.FormatException])
    }

    It 'does not hang or crash when it nests without end' {
        { ConvertFrom-Stored ('[' * 100000 + ']' * 100000) } | Should -Throw -ExceptionType ([System.FormatException])
        { ConvertFrom-Stored "{`"`$t`":`"array`",`"of`":`"int$('[]' * 10000)`",`"v`":[]}" } | Should -Throw -ExceptionType ([System.FormatException])
    }

    It 'makes no type that it names, but enums' {
        $back = ConvertFrom-Stored '{"$t":"psobject","allTypes":["System.IO.FileInfo"],"v":{"FullName":"/etc/passwd"}}'
        $back.psobject.BaseObject | Should -BeOfType [System.Management.Automation.PSCustomObject]
        $back = ConvertFrom-Stored '{"$t":"enum","of":"System.IO.FileInfo","v":1}'
        $back | Should -BeExactly 1
        $before = [AppDomain]::CurrentDomain.GetAssemblies().Count
        foreach ($name in 'System.Data.DbType, System.Data.Common', 'System.Collections.Generic.List`1[[System.Data.DbType, System.Data.Common]]', 'X[]', 'X*') {
            (ConvertFrom-Stored "{`"`$t`":`"enum`",`"of`":`"$name`",`"v`":1}").EnumType | Should -Be $name
        }
        [AppDomain]::CurrentDomain.GetAssemblies().Count | Should -Be $before
    }
}
