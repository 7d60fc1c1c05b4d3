// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// @title Plonky2's Poseidon permutation over Goldilocks, width 12
/// @notice Hashes digests as section 1 of the protocol defines it.
/// @dev By the Chinese remainder theorem a circulant matrix of size 12 = 4 * 3 is a circulant of size 4 over
/// circulants of size 3. Element i of the state lies in word i mod 4, in lane i mod 3, a lane having 85 bits.
/// `mulmod(word, K, 2^255 - 1)` then is a cyclic convolution of length 3, so that the whole matrix takes 16
/// of them. Lanes are not reduced between rounds: S-boxes take inputs of up to 81 bits. Of the 22 partial rounds
/// two are done at a time, with the square of the circulant matrix. A permutation takes 20,900 gas.
library PoseidonGoldilocks {
    uint256 private constant P = 0xffffffff00000001;
    /// @dev 2^255 - 1: multiplication modulo it moves what leaves lane 2 to lane 0.
    uint256 private constant M = 0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff;
    uint256 private constant LANE = 0x1fffffffffffffffffffff;
    /// @dev The low 64 bits, and the next 21 bits moved down, of every lane.
    uint256 private constant LOW64 = 0x3fffffffffffffffc00001fffffffffffffffe00000ffffffffffffffff;
    uint256 private constant LOW21 = 0x7ffffc0000000000000003ffffe0000000000000001fffff;
    /// @dev A multiple of p above every lane that is subtracted.
    uint256 private constant P_SHL_10 = 0x3fffffffc0000000400;
    /// @dev The circulant part of the matrix and its square.
    uint256 private constant K0 = 0x800000000000000000004e000000000000000000011;
    uint256 private constant K1 = 0x34000000000000000000028000000000000000000010;
    uint256 private constant K2 = 0x8800000000000000000005200000000000000000000d;
    uint256 private constant K3 = 0x3c000000000000000000038000000000000000000012;
    uint256 private constant Q0 = 0x6138000000000000000002b6c0000000000000000014ba;
    uint256 private constant Q1 = 0x5d600000000000000000028a8000000000000000001478;
    uint256 private constant Q2 = 0x66480000000000000000023d400000000000000000144e;
    uint256 private constant Q3 = 0x5b20000000000000000002818000000000000000001280;

    /// @notice Writes the round constants to memory.
    /// @return table Where they stand; every other function here takes it.
    function constants() internal pure returns (uint256 table) {
        assembly ("memory-safe") {
            table := mload(0x40)
            mstore(0x40, add(table, 0x740))
            // first four full rounds
            mstore(table, 0x3371288e6c311109800001c21acccca1e9c02400000b585f766f2144405)
            mstore(add(table, 0x20), 0x232b8532c1f426fc400000ee8d4abe872435ae00000277fa208bf337bff)
            mstore(add(table, 0x40), 0x2cbec34c73b9e66d000001c2eca7453b4af14200000d438539c95f63e9f)
            mstore(add(table, 0x60), 0x3150c0bc8976cb1d800001def038f9c6b6987a000000f6760a4803427d7)
            mstore(add(table, 0x80), 0x3571dc63eff191fec0000061177a47b8a82d980000086287821f722c881)
            mstore(add(table, 0xa0), 0x1b92903063cc3027000000b39a351483831caa00000c35eae071903ff0b)
            mstore(add(table, 0xc0), 0x30ee466b5257715d00000109384cad2d3897ce000009a2eedb70d8f8cfa)
            mstore(add(table, 0xe0), 0x3015cb230232eeeb400001c6c18dc15c90de7000000a484c4c5ef6a0781)
            mstore(add(table, 0x100), 0x19aef4c39b383960c000015ad00bc1c616591400000e9fa634a21de0082)
            mstore(add(table, 0x120), 0x2b14767d7f3e14d7800001eadeda912b34c01a000000da2abef589d644e)
            mstore(add(table, 0x140), 0x3df5c4fa018e4459400001e0c24e9fb62a1ac200000502ad7dc18c2ad87)
            mstore(add(table, 0x160), 0xa2e3b0eba70a58cc00000af42aa1822166082000008297132b32825daf)
            mstore(add(table, 0x180), 0x3a2f8f976a010f95c00000f9e82d9fcfc299420000092a756e67e2b9413)
            mstore(add(table, 0x1a0), 0x1877d45ee1a9190e400000e1ce83d7fdd2cb0c00000f5c0bc1de6da8699)
            mstore(add(table, 0x1c0), 0x6757b8abe0bb070000008162597e13dee97e0000085dc499b11d77b75)
            mstore(add(table, 0x1e0), 0x298dc24fb2cab58c400000972b369173820e66000006f6f2ed772466352)
            // partial rounds
            mstore(add(table, 0x200), 0x1d03bc673804e6284000018aae3e6bae510c66000003cc3f892184df408)
            mstore(add(table, 0x220), 0x2476271461042680800001d327fb083cfd2fe200000694d24c0752fdf45)
            mstore(add(table, 0x240), 0x3ca0c74d5d7c3cebc00000c126d5f2ddc5e29000000f37f925d04e5667b)
            mstore(add(table, 0x260), 0x30cd123fab71e3c30000005adc8906e32ab4d200000d2500e0a350994ca)
            mstore(add(table, 0x280), 0x74cb2e819ae421ab)
            mstore(add(table, 0x2a0), 0xd2559d2370e7f663)
            mstore(add(table, 0x2c0), 0x62bf78acf843d17c)
            mstore(add(table, 0x2e0), 0xd5ab7b67e14d1fb4)
            mstore(add(table, 0x300), 0xb9fe2ae6e0969bdc)
            mstore(add(table, 0x320), 0xe33fdf79f92a10e8)
            mstore(add(table, 0x340), 0xea2bb4c2b25989b)
            mstore(add(table, 0x360), 0xca9121fbf9d38f06)
            mstore(add(table, 0x380), 0xbdd9b0aa81f58fa4)
            mstore(add(table, 0x3a0), 0x83079fa4ecf20d7e)
            mstore(add(table, 0x3c0), 0x650b838edfcc4ad3)
            mstore(add(table, 0x3e0), 0x77180c88583c76ac)
            mstore(add(table, 0x400), 0xaf8c20753143a180)
            mstore(add(table, 0x420), 0xb8ccfe9989a39175)
            mstore(add(table, 0x440), 0x954a1729f60cc9c5)
            mstore(add(table, 0x460), 0xdeb5b550c4dca53b)
            mstore(add(table, 0x480), 0xf01bb0b00f77011e)
            mstore(add(table, 0x4a0), 0xa1ebb404b676afd9)
            mstore(add(table, 0x4c0), 0x860b6e1597a0173e)
            mstore(add(table, 0x4e0), 0x308bb65a036acbce)
            mstore(add(table, 0x500), 0x1aca78f31c97c876)
            mstore(add(table, 0x520), 0x0)
            // last four full rounds
            mstore(add(table, 0x540), 0x7fdcc9c05ea8a9b800001c947bfe3afadfdf200000475cd3205a3bdcde)
            mstore(add(table, 0x560), 0x6a3469620215cdc000003148420b8636fd1000000594e29c42473d06b)
            mstore(add(table, 0x580), 0x8f9d052bd98c1a000001ede63b63133625aa0000011b4c74eda62beef)
            mstore(add(table, 0x5a0), 0x300ab1791cc4b4f2800001cb0f981ad34e668c0000015147108121967d7)
            mstore(add(table, 0x5c0), 0x27a72f5e058a3f16c00000390da4cbe2aea19a00000e70201e960cb78b8)
            mstore(add(table, 0x5e0), 0xe65b39cf760cb07000000df21fe76d4cbe21000000dae8645996edd6a5)
            mstore(add(table, 0x600), 0x109d1e9c9179fea1000001bd7c10a76343a6f0000008e7fba02983224bd)
            mstore(add(table, 0x620), 0x29248a74934050d0c00001741bd8e2064abba800000d1f507e43ab749b2)
            mstore(add(table, 0x640), 0x2033bf4adf667fe0c000002cdf8198871478e4000007be5b9ffda905e1c)
            mstore(add(table, 0x660), 0xdd8ad66a2ba0fbe8000014792bd5d8489546000000bb9879c6e61fd62a)
            mstore(add(table, 0x680), 0x8c2f2a3d37c151000000dcf91e35084ca06800000e8928a4c89114750)
            mstore(add(table, 0x6a0), 0x592ecb786efb772000000548816a34928bdca000004135c2bebfe148c6)
            mstore(add(table, 0x6c0), 0x1150f677d51db4f2c0000155da680e962c868c00000f3c12fe54d5c653b)
            mstore(add(table, 0x6e0), 0x23ff65aefe7272074000008173d245db2ee3c400000f172d73e004fc90d)
            mstore(add(table, 0x700), 0x1547d6c3ef9ec610000001bfa389fd799024700000070fc91eb5937085c)
            mstore(add(table, 0x720), 0x2f237ed89ff9563f000000fef2bc54bf22a8800000025032aa7c4cb1811)
        }
    }

    /// @notice Hashes eight elements under a domain.
    /// @param table What `constants` returned.
    /// @param left Elements 0 to 3 as a digest; its limbs must be below 2^64.
    /// @param right Elements 4 to 7 likewise.
    /// @param tag The tag of the domain.
    /// @return digest The digest, its limbs below p.
    function compress(uint256 table, uint256 left, uint256 right, uint256 tag)
        internal
        pure
        returns (uint256 digest)
    {
        uint256 limb = type(uint64).max;
        uint256 a0 = (left & limb) | ((right & limb) << 85) | (tag << 170);
        uint256 a1 = (((left >> 64) & limb) << 85) | (((right >> 64) & limb) << 170);
        uint256 a2 = ((right >> 128) & limb) | (((left >> 128) & limb) << 170);
        uint256 a3 = (left >> 192) | ((right >> 192) << 85);
        (a0, a1, a2, a3) = permute(table, a0, a1, a2, a3);
        assembly ("memory-safe") {
            digest := or(
                or(mod(and(a0, LANE), P), shl(64, mod(and(shr(85, a1), LANE), P))),
                or(shl(128, mod(shr(170, a2), P)), shl(192, mod(and(a3, LANE), P)))
            )
        }
    }

    /// @notice The permutation, on lanes.
    /// @param table What `constants` returned.
    /// @param a0 Elements 0, 4, 8 in lanes 0, 1, 2.
    /// @param a1 Elements 9, 1, 5.
    /// @param a2 Elements 6, 10, 2.
    /// @param a3 Elements 3, 7, 11.
    /// @return b0 The first word of the new state, lanes not reduced, and so on.
    function permute(uint256 table, uint256 a0, uint256 a1, uint256 a2, uint256 a3)
        internal
        pure
        returns (uint256 b0, uint256 b1, uint256 b2, uint256 b3)
    {
        (b0, b1, b2, b3) = fullRounds(table, a0, a1, a2, a3);
        (b0, b1, b2, b3) = partialRounds(table + 0x200, b0, b1, b2, b3);
        (b0, b1, b2, b3) = fullRounds(table + 0x540, b0, b1, b2, b3);
    }

    /// @dev Four full rounds with the constants from `ptr` on, four words a round.
    function fullRounds(uint256 ptr, uint256 a0, uint256 a1, uint256 a2, uint256 a3)
        private
        pure
        returns (uint256, uint256, uint256, uint256)
    {
        assembly ("memory-safe") {
            for { let end := add(ptr, 0x200) } lt(ptr, end) { ptr := add(ptr, 0x80) } {
                a0 := add(a0, mload(ptr))
                let x := and(a0, LANE)
                let q := mulmod(x, x, P)
                let first := mulmod(mul(x, q), mul(q, q), P)
                let y := first
                x := and(shr(85, a0), LANE)
                q := mulmod(x, x, P)
                y := add(y, shl(85, mulmod(mul(x, q), mul(q, q), P)))
                x := shr(170, a0)
                q := mulmod(x, x, P)
                a0 := add(y, shl(170, mulmod(mul(x, q), mul(q, q), P)))
                a1 := add(a1, mload(add(ptr, 0x20)))
                x := and(a1, LANE)
                q := mulmod(x, x, P)
                y := mulmod(mul(x, q), mul(q, q), P)
                x := and(shr(85, a1), LANE)
                q := mulmod(x, x, P)
                y := add(y, shl(85, mulmod(mul(x, q), mul(q, q), P)))
                x := shr(170, a1)
                q := mulmod(x, x, P)
                a1 := add(y, shl(170, mulmod(mul(x, q), mul(q, q), P)))
                a2 := add(a2, mload(add(ptr, 0x40)))
                x := and(a2, LANE)
                q := mulmod(x, x, P)
                y := mulmod(mul(x, q), mul(q, q), P)
                x := and(shr(85, a2), LANE)
                q := mulmod(x, x, P)
                y := add(y, shl(85, mulmod(mul(x, q), mul(q, q), P)))
                x := shr(170, a2)
                q := mulmod(x, x, P)
                a2 := add(y, shl(170, mulmod(mul(x, q), mul(q, q), P)))
                a3 := add(a3, mload(add(ptr, 0x60)))
                x := and(a3, LANE)
                q := mulmod(x, x, P)
                y := mulmod(mul(x, q), mul(q, q), P)
                x := and(shr(85, a3), LANE)
                q := mulmod(x, x, P)
                y := add(y, shl(85, mulmod(mul(x, q), mul(q, q), P)))
                x := shr(170, a3)
                q := mulmod(x, x, P)
                a3 := add(y, shl(170, mulmod(mul(x, q), mul(q, q), P)))
                let b0 := add(shl(3, first), add(mulmod(a0, K0, M), mulmod(a3, K1, M)))
                b0 := add(b0, add(mulmod(a2, K2, M), mulmod(a1, K3, M)))
                let b1 :=
                    add(add(mulmod(a1, K0, M), mulmod(a0, K1, M)), add(mulmod(a3, K2, M), mulmod(a2, K3, M)))
                let b2 :=
                    add(add(mulmod(a2, K0, M), mulmod(a1, K1, M)), add(mulmod(a0, K2, M), mulmod(a3, K3, M)))
                a3 := add(
                    add(mulmod(a3, K0, M), mulmod(a2, K1, M)),
                    add(mulmod(a1, K2, M), mulmod(a0, K3, M))
                )
                a0 := b0
                a1 := b1
                a2 := b2
            }
        }
        return (a0, a1, a2, a3);
    }

    /// @dev The 22 partial rounds with the constants from `ptr` on: four words for all, then one a round.
    function partialRounds(uint256 ptr, uint256 a0, uint256 a1, uint256 a2, uint256 a3)
        private
        pure
        returns (uint256, uint256, uint256, uint256)
    {
        assembly ("memory-safe") {
            a0 := add(a0, mload(ptr))
            a1 := add(a1, mload(add(ptr, 0x20)))
            a2 := add(a2, mload(add(ptr, 0x40)))
            a3 := add(a3, mload(add(ptr, 0x60)))
            let end := add(ptr, 0x340)
            for { ptr := add(ptr, 0x80) } lt(ptr, end) { ptr := add(ptr, 0x40) } {
                a0 := add(and(a0, LOW64), mul(and(shr(64, a0), LOW21), 0xffffffff))
                a1 := add(and(a1, LOW64), mul(and(shr(64, a1), LOW21), 0xffffffff))
                a2 := add(and(a2, LOW64), mul(and(shr(64, a2), LOW21), 0xffffffff))
                a3 := add(and(a3, LOW64), mul(and(shr(64, a3), LOW21), 0xffffffff))
                let x := and(a0, LANE)
                let q := mulmod(x, x, P)
                let y := add(mulmod(mul(x, q), mul(q, q), P), mload(ptr))
                a0 := add(sub(a0, x), y)
                let r :=
                    and(
                        add(
                            add(mulmod(a0, K0, M), mulmod(a3, K1, M)),
                            add(mulmod(a2, K2, M), mulmod(a1, K3, M))
                        ),
                        LANE
                    )
                x := add(r, shl(3, y))
                q := mulmod(x, x, P)
                y := add(mulmod(mul(x, q), mul(q, q), P), mload(add(ptr, 0x20)))
                r := sub(add(y, P_SHL_10), r)
                let b0 :=
                    add(
                        add(
                            add(mulmod(a0, Q0, M), mulmod(a3, Q1, M)),
                            add(mulmod(a2, Q2, M), mulmod(a1, Q3, M))
                        ),
                        add(mul(r, K0), shl(3, y))
                    )
                let b1 :=
                    add(
                        add(
                            add(mulmod(a1, Q0, M), mulmod(a0, Q1, M)),
                            add(mulmod(a3, Q2, M), mulmod(a2, Q3, M))
                        ),
                        mul(r, K1)
                    )
                let b2 :=
                    add(
                        add(
                            add(mulmod(a2, Q0, M), mulmod(a1, Q1, M)),
                            add(mulmod(a0, Q2, M), mulmod(a3, Q3, M))
                        ),
                        mul(r, K2)
                    )
                a3 := add(
                    add(add(mulmod(a3, Q0, M), mulmod(a2, Q1, M)), add(mulmod(a1, Q2, M), mulmod(a0, Q3, M))),
                    mul(r, K3)
                )
                a0 := b0
                a1 := b1
                a2 := b2
            }
        }
        return (a0, a1, a2, a3);
    }
}
