//! The constant points of the verification chain.
//!
//! Adding a point H of unknown discrete logarithm in every step keeps the chain away from the
//! neutral element and from the coincidences where the formulas for chords fail; the start cancels
//! all of them. H is decoded from `SHAKE256(OFFSET_TAG || counter)`, so nobody chose it; a test
//! derives all of these anew.

use crate::ecgfp5::AffinePoint;

/// What H is hashed from.
pub const OFFSET_TAG: &[u8] = b"starfold/ecgfp5/offset/v1";

/// The response is split as `s = s0 + 2^160 s1`.
pub const RESPONSE_SPLIT: usize = 160;

/// The start of the chain, `-(2^192 - 1) 2^-192 H`, as x and y.
pub const START: [[u64; 5]; 2] = [
    [
        16_338_030_538_155_597_469,
        14_323_997_630_482_976_207,
        7_702_689_301_570_047_892,
        14_960_779_787_627_959_869,
        9_113_613_907_920_712_132,
    ],
    [
        13_078_641_175_466_864_617,
        14_990_007_061_688_464_395,
        9_542_150_102_494_289_447,
        4_190_577_038_069_727_208,
        13_985_158_208_706_899_267,
    ],
];

/// The points `H + s0 G + s1 2^160 G`, each as x and y, at the place `s0 + 2 s1`.
pub const TABLE: [[[u64; 5]; 2]; 4] = [
    [
        [
            4_790_992_513_049_621_438,
            9_804_080_526_675_212_015,
            7_070_515_917_653_629_414,
            8_896_156_202_576_123_925,
            7_128_350_707_710_080_420,
        ],
        [
            3_904_061_462_435_568_002,
            4_031_158_955_630_103_789,
            17_606_335_346_436_108_953,
            94_612_803_047_226_762,
            3_207_638_360_905_924_210,
        ],
    ],
    [
        [
            17_169_402_506_953_012_096,
            14_189_440_058_526_387_010,
            16_159_178_501_035_605_842,
            2_520_552_615_200_414_198,
            317_416_425_920_011_311,
        ],
        [
            2_968_424_354_168_784_434,
            1_836_210_074_799_409_899,
            737_241_930_897_515_390,
            1_790_275_416_477_626_065,
            10_147_157_393_115_823_588,
        ],
    ],
    [
        [
            10_175_999_558_180_291_700,
            9_552_281_239_002_900_421,
            14_652_588_511_147_684_993,
            16_594_069_961_134_400_613,
            7_422_385_746_249_628_220,
        ],
        [
            9_494_061_278_140_283_922,
            4_375_380_725_401_345_012,
            16_750_358_300_090_361_821,
            18_428_143_138_531_943_994,
            1_005_354_399_034_005_393,
        ],
    ],
    [
        [
            13_245_272_293_803_868_559,
            952_004_327_776_756_108,
            12_496_241_480_965_836_024,
            7_944_153_424_140_988_940,
            17_537_435_989_721_784_730,
        ],
        [
            7_926_969_989_144_145_018,
            1_132_655_612_014_289_610,
            13_779_973_391_164_809_763,
            7_339_378_619_195_979_560,
            237_869_400_500_954_383,
        ],
    ],
];

/// The start of the chain.
pub(super) fn start() -> AffinePoint {
    let [x, y] = START;
    AffinePoint::from_constants(x, y)
}

/// The point that a step with these bits of the response adds.
pub(super) fn table(s0: bool, s1: bool) -> AffinePoint {
    let [x, y] = TABLE[usize::from(s0) + 2 * usize::from(s1)];
    AffinePoint::from_constants(x, y)
}
